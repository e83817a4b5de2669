# A Rails application with Doorkeeper, as its guide sets one up: `ruby doorkeeper.rb <folder for the database>`.
# It prints its port once it responds, and ends when its standard input is closed.
require 'logger'
require 'rails'
require 'action_controller/railtie'
require 'active_record/railtie'
require 'doorkeeper'
require 'puma'
require 'puma/server'

ENV['DATABASE_URL'] = "sqlite3:#{ARGV.fetch(0)}/doorkeeper.db"

class Application < Rails::Application
  config.root = ARGV.fetch(0)
  config.eager_load = false
  config.secret_key_base = SecureRandom.hex(32)
  config.logger = Logger.new(nil)
  config.action_controller.default_protect_from_forgery = true
end

Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator do
    User.find_by(id: session[:user_id]) || redirect_to("/login?return_to=#{CGI.escape(request.fullpath)}")
  end
  optional_scopes :notes
  use_refresh_token
  access_token_expires_in 3600
  force_ssl_in_redirect_uri false
end

Application.initialize!

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:users) { |t| t.string :name, null: false }
  create_table :oauth_applications do |t|
    t.string :name, null: false
    t.string :uid, null: false, index: { unique: true }
    t.string :secret, null: false
    t.text :redirect_uri
    t.string :scopes, null: false, default: ''
    t.boolean :confidential, null: false, default: true
    t.timestamps
  end
  create_table :oauth_access_grants do |t|
    t.references :resource_owner, null: false
    t.references :application, null: false
    t.string :token, null: false, index: { unique: true }
    t.integer :expires_in, null: false
    t.text :redirect_uri, null: false
    t.datetime :created_at, null: false
    t.datetime :revoked_at
    t.string :scopes, null: false, default: ''
    t.string :code_challenge
    t.string :code_challenge_method
  end
  # Without previous_refresh_token, a refresh token ends when it is used.
  create_table :oauth_access_tokens do |t|
    t.references :resource_owner
    t.references :application, null: false
    t.string :token, null: false, index: { unique: true }
    t.string :refresh_token, index: { unique: true }
    t.integer :expires_in
    t.datetime :created_at, null: false
    t.datetime :revoked_at
    t.string :scopes
  end
end

class User < ActiveRecord::Base; end
User.create!(name: 'alice')

class SessionsController < ActionController::Base
  def new
    token = form_authenticity_token
    render html: <<~HTML.html_safe
      <!doctype html><title>Log in</title><form method="post" action="/login">
      <input type="hidden" name="authenticity_token" value="#{ERB::Util.h(token)}">
      <input type="hidden" name="return_to" value="#{ERB::Util.h(params[:return_to])}">
      <button>Log in</button></form>
    HTML
  end

  def create
    session[:user_id] = User.first.id
    redirect_to params[:return_to]
  end
end

class UserinfoController < ActionController::API
  before_action { doorkeeper_authorize! :notes }

  def show
    render json: { sub: User.find(doorkeeper_token.resource_owner_id).name }
  end
end

# Stands for the page on which developers register their clients.
class ClientsController < ActionController::API
  def create
    fields = params.permit(:redirect_uri, :confidential)
    # Doorkeeper does not form-decode HTTP Basic, so these characters differ from their encoded form.
    secret = "#{SecureRandom.urlsafe_base64(18)} +/%:&="
    client = Doorkeeper::Application.create!(name: 'Countersign', scopes: 'notes', secret:, **fields.to_h.symbolize_keys)
    render json: { clientId: client.uid, clientSecret: client.secret }
  end
end

Application.routes.draw do
  use_doorkeeper
  get '/login' => 'sessions#new'
  post '/login' => 'sessions#create'
  get '/userinfo' => 'userinfo#show'
  post '/clients' => 'clients#create'
end

server = Puma::Server.new(Application, Puma::Events.null)
server.add_tcp_listener('127.0.0.1', 0)
server.run
puts server.connected_ports.first
$stdout.flush
$stdin.read
server.stop(true)
